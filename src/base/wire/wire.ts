import type { z } from 'zod'

/** A type whose members nobody changes, all the way down. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

/**
 * A schema of the wire, whose type is the one that gateway and pages share: `z.infer<typeof …>` beside it. Its file uses nothing
 * but zod and `src/base`, so that pages may import the type.
 */
export function wire<S extends z.ZodType>(schema: S): z.ZodType<Frozen<z.infer<S>>> {
  return schema as unknown as z.ZodType<Frozen<z.infer<S>>>
}
