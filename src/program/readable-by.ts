import { spawnSync } from 'node:child_process'

/** A user of this machine, by number. */
export interface UserIds {
  readonly uid: number
  readonly gid: number
}

/**
 * Files, among those given, that a user may not read, whatever stands in the way: modes, folders above, lists of access. Only root
 * can ask so for another. Null where that cannot be asked: by others than root, or without setpriv(1) of util-linux.
 */
export function unreadableFor({ uid, gid }: UserIds, files: readonly string[]): readonly string[] | null {
  if (process.getuid?.() !== 0) return null
  const ask = (groups: string, command: readonly string[]) => {
    return spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, groups, ...command], { stdio: 'ignore' })
  }
  // A user that exists only while a service runs is in no list of groups.
  const groups = ask('--init-groups', ['true']).status === 0 ? '--init-groups' : '--clear-groups'
  if (ask(groups, ['true']).status !== 0) return null
  return files.filter((file) => ask(groups, ['test', '-r', file]).status !== 0)
}
