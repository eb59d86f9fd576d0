/** Two million streams in 8 MB; a power of two. */
const PLACES = 2 ** 21;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Which streams are there, as far as this process wrote them or met them: a few bytes for each,
 * where what is in them would be too much to keep.
 *
 * Only a hint. Each stream has one place, which the next one with the same place takes over; what
 * is told of a stream that is not there costs a read.
 */
export class SeenStreams {
  readonly #places: number;
  /** Made with the first note: most processes expect no stream to be new. */
  #marks: Uint32Array | null = null;

  /** `places`: a power of two. */
  constructor(places = PLACES) {
    this.#places = places;
  }

  note(stream: string): void {
    const [place, mark] = this.#placeOf(stream);
    this.#marks ??= new Uint32Array(this.#places);
    this.#marks[place] = mark;
  }

  has(stream: string): boolean {
    if (this.#marks === null) return false;
    const [place, mark] = this.#placeOf(stream);
    return this.#marks[place] === mark;
  }

  /** Two hashes of the name: one for the place, one to know it by there, which is not 0. */
  #placeOf(stream: string): readonly [place: number, mark: number] {
    let place = FNV_OFFSET;
    let mark = FNV_PRIME;
    for (let at = 0; at < stream.length; at += 1) {
      const code = stream.charCodeAt(at);
      place = Math.imul(place ^ code, FNV_PRIME);
      mark = Math.imul(mark + code, FNV_OFFSET) ^ (mark >>> 15);
    }
    return [place & (this.#places - 1), mark >>> 0 || 1];
  }
}
