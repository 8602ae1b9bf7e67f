import type { Registration } from '../access/registry.js'
import type { Speakers } from '../access/speakers.js'
import { OFFICE } from '../base/entries.js'
import type { IngressKind } from '../base/ingress.js'
import type { DevicePath } from '../base/topic.js'
import { type Fault, fault } from './fault.js'

type Device = Pick<DevicePath, 'plant' | 'device'>
type Rules = Pick<Registration, 'registered'> & Partial<Registration> & { readonly isEarlier?: boolean }

/** Reason to take nothing of a device; null when it may send. */
export function registrationFault(
  { plant, device }: Device,
  { registered, disabled, named, isEarlier }: Rules,
): Fault | null {
  const key = `${plant}/${device}`
  if (disabled?.has(key) === true) {
    return fault(
      'unknown_device',
      `device ${device} of plant ${plant} is disabled: greengauge device enable takes it back`,
    )
  }
  if (device === OFFICE && isEarlier !== true && named?.has(key) !== true) {
    return fault(
      'unknown_device',
      `${OFFICE} is the id that entries of people stand under: give the device another id, or name it under devices of plant ${plant}`,
    )
  }
  if (registered === null || registered.has(key)) return null
  const how = `greengauge device add ${plant}/LINE/${device}, or an entry under devices of the plant`
  return fault('unknown_device', `device ${device} of plant ${plant} is not registered; add it first: ${how}`)
}

/** Reason for which the sender of a message may not speak for a device; null when it may, and where nobody asks. */
export function foreignFault(
  path: Device,
  message: { readonly ingress?: IngressKind; readonly client?: string },
  { speakers }: { readonly speakers?: Speakers },
): Fault | null {
  const { ingress = 'mqtt' } = message
  if (speakers === undefined || speakers.isOpen(ingress)) return null
  const problem = speakers.problemOf(path, { ingress: ingress, client: message.client ?? '' })
  return problem === null ? null : fault('foreign_device', problem)
}
