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

/** Which target. */
export const targetId = Type.String({ description: 'The target.' });

/** Which delivery. */
export const deliveryId = Type.String({
  description: 'The delivery, as in its stream name; sent as webhook-id with every attempt.',
});
