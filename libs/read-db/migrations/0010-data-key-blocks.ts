import { type Kysely, sql } from 'kysely';

/**
 * Data keys are stored many to a row. Those that are there stay as they are: each is a block of one
 * key, whose id is the key's.
 *
 * Random bytes are not worth an attempt to compress them.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table data_key rename to data_key_block;
       alter table data_key_block rename column key_id to block_id;
       alter index data_key_pkey rename to data_key_block_pkey;
       alter table data_key_block alter column wrapped set storage external;`,
    )
    .execute(database);
}
