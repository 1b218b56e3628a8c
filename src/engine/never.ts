/** Stands where no value can arrive; the type checker refuses it when a case has been forgotten. */
export const never = (value: never): never => {
  throw new Error(`engine: no case for ${JSON.stringify(value)}`);
};
