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
    .describe(
      'registered: what a device sends that is in neither the configuration nor the registry (greengauge device) is rejected as unknown_device',
    ),
})

export type AuthOptions = z.output<typeof authOptions>
