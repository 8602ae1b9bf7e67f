import { z } from 'zod'

/** The section `cluster` of the configuration: only where `journal.type` is `jetstream`. */
export const clusterOptions = z.strictObject({
  node: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name is [A-Za-z0-9][A-Za-z0-9_-]{0,63}')
    .optional()
    .describe('name of this node, one of its own; the name of the host when absent'),
  partitions: z
    .int()
    .min(1)
    .max(1024)
    .default(8)
    .describe(
      'shares the plants are divided into, the same as in the mappings of nats-server; fixed once there are data',
    ),
  replicas: z.literal([1, 3, 5]).default(3).describe('servers that keep each stream'),
  lease_s: z
    .number()
    .min(2)
    .max(60)
    .default(5)
    .describe('a partition whose owner has not been heard of for so long goes to another'),
  checkpoint_s: z
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .describe('how often the files of a partition are brought to where another node finds them'),
  state_dir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'folder that all nodes see (a network file system), for those files; a bucket of the NATS servers when absent',
    ),
})

export type ClusterOptions = z.output<typeof clusterOptions>
