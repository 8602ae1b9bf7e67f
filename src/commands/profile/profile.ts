import { join } from 'node:path'
import type { Command } from 'commander'
import { EXIT } from '../../base/exit-codes.js'
import { formatProblem, type LoadedConfig, profileFolders } from '../../config/config.js'
import { type CheckedProfile, checkProfile, profileJsonSchema } from '../../config/profile-check.js'
import { profilesIn } from '../../config/profile-files.js'
import { print, printJson, printJsonText, printRow } from '../../program/output.js'

/** `greengauge profile`: what makers' devices send, as data. */

/**
 * Adds `profile list|check|schema` to the program, and returns it for more. `load` reads a configuration, or says what is
 * wrong with it.
 */
export function addProfileCommand(program: Command, load: (file: string) => LoadedConfig | undefined): Command {
  const profile = program.command('profile').description('device profiles: list, check, propose one, JSON Schema')

  profile
    .command('list')
    .description('the profiles that there are: own ones of a configuration, then those that come with the program')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action((_: unknown, command: Command) => {
      const { config: file, json } = command.optsWithGlobals<{ config?: string; json?: boolean }>()
      const loaded = file === undefined ? undefined : load(file)
      if (file !== undefined && loaded === undefined) return
      const folders = profileFolders(loaded?.config, file)
      const found = folders.flatMap((folder) =>
        profilesIn([folder]).map((id) => ({ id, file: join(folder, `${id}.yaml`) })),
      )
      const items = found.filter(({ id }, index) => found.findIndex((one) => one.id === id) === index)
      const named = items.map((item) => {
        const checked = checkProfile(item.file)
        return { ...item, name: nameOf(checked) }
      })
      if (json === true) printJson({ items: named })
      else for (const { id, name, file } of named) printRow([id, name ?? `wrong, see profile check ${file}`])
    })

  profile
    .command('check')
    .description('say everything that is wrong with profiles, and try their cases')
    .argument('<files...>', 'files maker/model.yaml')
    .option('--json', 'print the findings as JSON')
    .action((files: string[], _: unknown, command: Command) => {
      const checks = files.map(checkProfile)
      const problems = checks.flatMap((check) => ('problems' in check ? check.problems : []))
      if (problems.length > 0) process.exitCode = EXIT.config
      if (command.optsWithGlobals<{ json?: boolean }>().json === true) {
        printJson({ ok: problems.length === 0, problems })
        return
      }
      for (const problem of problems) print(formatProblem(problem))
      for (const check of checks) {
        if ('profile' in check)
          print(
            `${check.id} is fine: ${check.profile.cases.length} ${check.profile.cases.length === 1 ? 'case' : 'cases'}`,
          )
        else if ('registerMap' in check) print(`${check.id} is fine: ${check.registerMap.registers.length} registers`)
      }
    })

  profile
    .command('schema')
    .description('print the JSON Schema of a profile, for editors')
    .action(() => printJsonText(JSON.stringify(profileJsonSchema(), null, 2)))

  return profile
}

function nameOf(checked: CheckedProfile): string | null {
  if ('problems' in checked) return null
  return ('profile' in checked ? checked.profile : checked.registerMap).name.en
}
