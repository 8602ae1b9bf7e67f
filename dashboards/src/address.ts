/** Patterns of the ids that the gateway takes: an address with anything else must not spoil a subscription or a request. */
export const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
export const KPI_ID = /^[a-z0-9_]{1,64}$/

/** The ids in a path of this pattern; null when the path is another, or one of them cannot be. */
export function idsIn(path: string, pattern: RegExp): readonly string[] | null {
  const ids = pattern.exec(path)?.slice(1)
  return ids?.every((id) => ID.test(id)) ? ids : null
}

/** Choice that an address makes under a name; null when it makes none, or one that cannot be. */
export function idIn(asked: URLSearchParams, name: string, pattern: RegExp = ID): string | null {
  const id = asked.get(name)
  return id !== null && pattern.test(id) ? id : null
}

/** The same as a member of a place; nothing when there is none. */
export function textIn<Name extends string>(asked: URLSearchParams, name: Name, pattern: RegExp) {
  const text = idIn(asked, name, pattern)
  return (text === null ? {} : { [name]: text }) as { readonly [N in Name]?: string }
}

/** The plant that is chosen on a page of all plants. */
export function chosenPlant({ plant }: { readonly plant: string | null }): { readonly plant?: string } {
  return plant === null ? {} : { plant }
}
