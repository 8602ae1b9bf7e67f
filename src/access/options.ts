import { z } from 'zod'

/** Who may connect: the words of `greengauge.yaml` under `auth:`. */
export const authOptions = z.strictObject({
  required: z
    .boolean()
    .default(false)
    .describe('people and devices must prove who they are; false is refused unless every listener is on loopback'),
  devices: z
    .enum(['any', 'registered'])
    .default('any')
    .describe('registered: readings of a device that is not in the configuration are rejected as unknown_device'),
})

export type AuthOptions = z.output<typeof authOptions>
