import type { IngressKind } from './ingress.js'

/**
 * Device or person that put an event on record, as the gateway itself knows it. A device is the one that its topic or mapping
 * names, with the ingress and the client that its message came by; a person is the account that was signed in, null where nobody
 * had to sign in.
 */
export type EventOrigin =
  | { readonly kind: 'device'; readonly device: string; readonly ingress: IngressKind; readonly client: string }
  | {
      readonly kind: 'person'
      readonly account: string | null
      /** Account of whoever approved it; absent where nobody else did. */
      readonly approver?: string | null | undefined
    }

type Fields = Readonly<Record<string, unknown>>

/** The field of an event as it is kept. It cannot be sent: the gateway writes over whatever stands there. */
const ORIGIN = '$origin'

/** True when fields hold what stands for an origin, be it from whoever sent them. */
export function hasOrigin(fields: Fields): boolean {
  return Object.hasOwn(fields, ORIGIN)
}

/** The fields of an event with its origin, as they are journaled and archived. */
export function withOrigin(fields: Fields, origin: EventOrigin): Fields {
  return { ...fields, [ORIGIN]: origin }
}

/** The fields of an archived event as they were said, and its origin: null where it was put on record before origins were kept. */
export function splitOrigin(kept: Fields): { readonly fields: Fields; readonly origin: EventOrigin | null } {
  if (!hasOrigin(kept)) return { fields: kept, origin: null }
  const { [ORIGIN]: origin, ...fields } = kept
  return { fields, origin: origin as EventOrigin }
}
