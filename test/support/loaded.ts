import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { type LoadedConfig, loadConfig } from '../../src/config/config.js'

/** A configuration in a file of its own, with a data directory that is not there yet; both go with the test. */
export function configFile(settings: object): { readonly file: string; readonly dataDir: string } {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-config-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [file, dataDir] = [join(dir, 'greengauge.yaml'), join(dir, 'data')]
  writeFileSync(file, stringify({ data_dir: dataDir, ...settings }))
  return { file, dataDir }
}

export function loaded(file: string): LoadedConfig {
  const found = loadConfig({ file, env: {}, flags: {} })
  if ('problems' in found) throw new Error(JSON.stringify(found.problems))
  return found
}
