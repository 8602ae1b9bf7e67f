/** Machine on which a process of a test runs, as others see it. */
export interface Machine {
  /** Its address. */
  readonly host: string
  /** Program and arguments that stand before a command that is to run there. */
  readonly wrapper: readonly string[]
  /** As from a process that runs there: what listens on its loopback alone is reached too. */
  fetch(url: string): Promise<Response>
}

/** The one that the test itself runs on. */
export const LOOPBACK: Machine = { host: '127.0.0.1', wrapper: [], fetch: (url) => fetch(url) }
