import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules')
const GENERATOR = join(MODULES, '@hey-api', 'openapi-ts', 'bin', 'run.js')
const COMPILER = join(MODULES, 'typescript', 'bin', 'tsc')
const STRICT = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'Bundler',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
}

/** A client in TypeScript, made from an OpenAPI document as docs/use/programs.md says, in a folder that goes with the test. */
export class TypedClient {
  readonly #dir = mkdtempSync(join(tmpdir(), 'greengauge-client-'))

  private constructor() {
    onTestFinished(() => rmSync(this.#dir, { recursive: true, force: true }))
  }

  static async made(document: object): Promise<TypedClient> {
    const client = new TypedClient()
    const input = client.#write('openapi.json', JSON.stringify(document))
    client.#write('package.json', JSON.stringify({ type: 'module' }))
    symlinkSync(MODULES, join(client.#dir, 'node_modules'))
    await run(GENERATOR, '-i', input, '-o', join(client.#dir, 'client'), '--no-log-file')
    return client
  }

  /** Complaints of the compiler about a program that stands beside `./client`; '' for none. */
  async complaints(program: string): Promise<string> {
    this.#write('program.ts', program)
    this.#write('tsconfig.json', JSON.stringify({ compilerOptions: STRICT, files: ['program.ts'] }))
    return run(COMPILER, '-p', this.#dir).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    )
  }

  /** JSON that a program prints. */
  async printed(program: string, env: Readonly<Record<string, string>>): Promise<unknown> {
    const path = this.#write('program.ts', program)
    const args = ['--import', 'tsx', path]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: this.#dir,
      env: { ...process.env, ...env },
    })
    return JSON.parse(stdout) as unknown
  }

  #write(name: string, content: string): string {
    const path = join(this.#dir, name)
    writeFileSync(path, content)
    return path
  }
}

function run(script: string, ...args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [script, ...args])
}
