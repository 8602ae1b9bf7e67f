import { z } from 'zod'

/** Settings of a plant for its machines and robots, beside their shifts and products. */

/** Keys of a device; composed into its options. */
export const machineDeviceOptions = {
  capacity_per_h: z
    .number()
    .positive()
    .optional()
    .describe('pieces it can make in an hour, at best; for equipment_load'),
}

/** Keys of a plant; composed into its options. */
export const machineOptions = {
  automation: z
    .strictObject({
      automatic_operations: z.number().int().nonnegative().describe('operations that machines do by themselves'),
      all_operations: z.number().int().positive().describe('all operations of the routing'),
    })
    .refine((share) => share.automatic_operations <= share.all_operations, {
      path: ['automatic_operations'],
      message: 'are more than all_operations: swap the two, or count all operations',
    })
    .optional()
    .describe('what routings say of operations, for automation_share; no device can tell'),
}
