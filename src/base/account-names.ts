import { z } from 'zod'

/** Name that somebody signs in with. */
export const personName = z
  .string()
  .normalize('NFC')
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u, 'a name is 1 to 64 letters, digits, spaces, and . _ @ -')

/** Name that its owner gives a token. */
export const tokenName = z
  .string()
  .regex(/^[\w.:-]{1,64}$/, 'the name of a token is 1 to 64 letters, digits and . _ : -')
