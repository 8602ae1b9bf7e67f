/** Known here at once, or asked of another process. */
export type Awaitable<T> = T | Promise<T>
