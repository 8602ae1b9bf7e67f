/** Movements of allowances of a carbon market. */

/** `sold` and `surrendered` take off, the others add. */
export const ALLOWANCE_MOVES = ['allocated', 'bought', 'carried_over', 'sold', 'surrendered'] as const
export type AllowanceMove = (typeof ALLOWANCE_MOVES)[number]
