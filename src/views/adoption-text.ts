import { stringify } from 'yaml'

/** An element that is put at the end of a list of the configuration; an id in the path names an element of a list. */
export interface Addition {
  readonly op: 'add'
  readonly path: readonly string[]
  readonly value: Readonly<Record<string, unknown>>
}

/** The additions as text of a configuration file, for where the gateway may not write its own. */
export function adoptionText(additions: readonly Addition[]): string {
  const plants = new Map<string, { id: string; lines?: object[]; devices?: object[] }>()
  const use: object[] = []
  for (const { path, value } of additions) {
    const [section, id, list] = path
    if (section === 'profiles') use.push(value)
    else {
      const plant = plants.get(id!) ?? { id: id! }
      plants.set(id!, plant)
      const key = list as 'lines' | 'devices'
      plant[key] = [...(plant[key] ?? []), value]
    }
  }
  const tree = {
    ...(plants.size === 0 ? {} : { plants: [...plants.values()] }),
    ...(use.length === 0 ? {} : { profiles: { use } }),
  }
  return additions.length === 0 ? '' : stringify(tree, { lineWidth: 120 })
}
