import { type TSchema, Type } from 'typebox';

/** The value, or null. */
export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** One of some words. */
export const OneOf = <const Words extends readonly string[]>(
  words: Words,
  options: { readonly description: string },
) =>
  Type.Union(
    words.map((word) => Type.Literal(word)),
    options,
  ) as unknown as ReturnType<typeof Type.Unsafe<Words[number]>>;

/** An instant as events carry it. */
export const instant = (description: string) =>
  Type.String({ description: `${description} ISO-8601 UTC.` });

/** An amount of money in minor units, e.g. cents; may be negative. */
export const minor = (description: string) =>
  Type.Integer({ description: `${description} In minor units of the currency.` });

/** The place of a hit among those that came together. */
export const sequence = Type.Integer({
  description: 'Place among hits that came together: in their list from 0, or the line from 1.',
});

/** Which hit. */
export const postbackId = Type.String({ description: 'The hit, as in its stream name.' });

/** Why somebody did it. */
export const why = { reason: Nullable(Type.String({ description: 'Why, as the caller said.' })) };
