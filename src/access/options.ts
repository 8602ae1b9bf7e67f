import { z } from 'zod'
import { oidcOptions } from './single-sign-on/options.js'
import { speaksForOptions } from './speakers.js'

/** Options under `auth:` in `greengauge.yaml`: who may connect. */
export const authOptions = z.strictObject({
  required: z
    .boolean()
    .default(false)
    .describe('people and devices must prove who they are; false is refused unless every listener is on loopback'),
  session_idle_h: z
    .number()
    .positive()
    .max(8_784)
    .default(24)
    .describe('hours without a request after which people have to sign in again; an open page asks all along'),
  session_max_d: z.number().positive().max(366).default(30).describe('days after which people have to sign in again'),
  devices: z
    .enum(['any', 'registered'])
    .default('any')
    .describe(
      'registered: what a device sends that is in neither the configuration nor the registry (greengauge device) is rejected as unknown_device',
    ),
  speaks_for: z
    .array(speaksForOptions)
    .max(1000)
    .default([])
    .describe(
      'who may speak for devices of other clients, by Sparkplug B, a device profile, another broker or an edge gateway',
    ),
  oidc: oidcOptions.optional().describe('people may sign in by an OpenID provider too'),
})

export type AuthOptions = z.output<typeof authOptions>
