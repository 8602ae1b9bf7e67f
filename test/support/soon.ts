/** Whatever has not come within this time does not come: a machine that is busy is no failure, ms. */
export const SOON_MS = 180_000

/** As long as something that comes at once may take on a machine that is busy. A look that finds nothing takes a third of a millisecond. */
export const SOON = { timeout: SOON_MS, interval: 15 }
