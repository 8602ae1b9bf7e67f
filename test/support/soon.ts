/** As long as something that comes at once may take on a machine that is busy. */
export const SOON = { timeout: 20_000, interval: 5 }
