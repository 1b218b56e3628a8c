/**
 * Undoes `steps`, the last first. One that fails does not keep the others from being done; what went
 * wrong first is thrown when all are.
 */
export const undoAll = async (steps: (() => Promise<unknown> | void)[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const step of steps.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
};
