import { type ColumnMapping } from '../column-mapping.js';

/** What an import was posted with that may name a person; sealed where it rests. */
export interface ImportLayout {
  readonly fileName: string | null;
  readonly mapping: ColumnMapping;
}
