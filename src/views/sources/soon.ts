/** Known here at once, or asked of another process. */
export type Soon<T> = T | Promise<T>
