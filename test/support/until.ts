/**
 * Asks again and again until the answer satisfies; the test's own time-out is the limit.
 * @param milliseconds between two questions
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  satisfied: (answer: T) => boolean,
  milliseconds = 50,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}
