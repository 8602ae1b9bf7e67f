import { z } from 'zod'
import { isId } from '../base/topic.js'

/** The devices that people have registered besides those of the configuration: the content of `devices.json`. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')

const registeredDevice = z.strictObject({
  plant: id,
  line: id,
  device: id,
  /** MQTT client id that is the device's: it may use the device's topics only, and nobody else may publish there. */
  client: z.string().min(1).optional(),
  /** Topic filters that the device uses besides `plants/{plant}/+/{device}/#`. */
  topics: z.array(z.string().min(1)).default([]),
  /** Nothing is taken of it, whatever `auth.devices` says. */
  disabled: z.boolean().default(false),
  /** Since when it is registered. */
  since: z.iso.datetime({ offset: true }),
})

export const registryOptions = z.array(registeredDevice)

export type RegisteredDevice = z.output<typeof registeredDevice>

/** Devices that may send, those of which nothing is taken, and those in the configuration or the registry. */
export interface Registration {
  /** `plant/device` of those that may send; null when any device may. */
  readonly registered: ReadonlySet<string> | null
  /** `plant/device` of those of which nothing is taken. */
  readonly disabled: ReadonlySet<string>
  /** `plant/device` of those in the configuration or the registry: who is named may have a reserved id. */
  readonly named: ReadonlySet<string>
}

/**
 * @param configured `plant/device` of those in the configuration
 * @param isRequired whether others have to be registered
 */
export function registrationOf(
  configured: Iterable<string>,
  registry: readonly RegisteredDevice[],
  isRequired: boolean,
): Registration {
  const keys = (devices: readonly RegisteredDevice[]) => devices.map(({ plant, device }) => `${plant}/${device}`)
  const named = new Set([...configured, ...keys(registry)])
  return {
    named,
    registered: isRequired ? named : null,
    disabled: new Set(keys(registry.filter(({ disabled }) => disabled))),
  }
}
