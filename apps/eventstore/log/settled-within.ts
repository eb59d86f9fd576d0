/** What was waited for did not come in time. */
export class NotSettled extends Error {
  constructor(secondsMax: number) {
    super(`the disk has not answered for ${secondsMax} s`);
    this.name = 'NotSettled';
  }
}

/**
 * What `work` settles with; rejects with {@link NotSettled} if it has not settled in `secondsMax`
 * during which this process ran. A clock cannot tell that, so they are counted by a timer: it beats
 * once a second, and only once however long the process was stopped or the machine slept.
 */
export function settledWithin<T>(work: Promise<T>, secondsMax: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let seconds = 0;
    const beat = setInterval(() => {
      seconds += 1;
      if (seconds < secondsMax) return;
      clearInterval(beat);
      reject(new NotSettled(secondsMax));
    }, 1_000);
    const settled = (): void => {
      clearInterval(beat);
    };
    work.finally(settled).then(resolve, reject);
  });
}
