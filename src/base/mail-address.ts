import { z } from 'zod'

/** An address of mail, with a name before it or without. */
export const mailAddress = z.string().regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, 'an address such as ops@example.com')
