/**
 * Rounds of several contenders, one after the other within each round, so that whatever else the
 * machine does hits all of them alike. Ratios are taken within a round.
 */

/** Measures every contender once per round; `rounds` of them after `warmUp` that do not count. */
export const interleaved = async <Name extends string, Value>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<Value> | Value>>,
  warmUp = 1,
): Promise<Readonly<Record<Name, readonly Value[]>>> => {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(
    names.map((name) => [name, [] as Value[]]),
  ) as unknown as Record<Name, Value[]>;
  for (let round = 0; round < rounds + warmUp; round += 1) {
    // The order turns round by round: who comes after whom plays no part either.
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(place + round) % names.length];
      if (name === undefined) continue;
      const value = await contenders[name]();
      if (round >= warmUp) values[name].push(value);
    }
  }
  return values;
};

/** One's values over the other's, round by round. */
export const ratios = (values: readonly number[], partner: readonly number[]): readonly number[] =>
  values.map((value, round) => value / (partner[round] ?? Number.NaN));
