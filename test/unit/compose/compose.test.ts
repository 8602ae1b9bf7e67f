import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type LoadedConfig, loadConfig } from '../../../src/config/config.js'
import { dockerfile } from '../../support/image.js'
import { findServer } from '../../support/servers.js'

/** A service as `docker compose config` prints it of docker-compose.yml, as far as it is looked at. */
interface Service {
  readonly image: string
  readonly build?: object
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly privileged?: boolean
  readonly security_opt?: readonly string[]
  readonly network_mode?: string
  readonly networks?: object
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string; readonly target: number }[]
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes?: readonly {
    readonly type: string
    readonly source?: string
    readonly target: string
    readonly read_only?: boolean
  }[]
  readonly stop_grace_period?: string
  readonly restart?: string
  readonly logging?: { readonly options: Readonly<Record<string, string>> }
}

const root = join(import.meta.dirname, '..', '..', '..')
const readText = (name: string) => readFileSync(join(root, name), 'utf8')
const program = findServer('docker-compose')
/** It ends by itself, and what it ends with is what others wait for. */
const ONE_SHOT = 'secrets'

describe.skipIf(program === null)('docker-compose.yml', () => {
  let services: ReadonlyMap<string, Service>
  let volumes: readonly string[]

  beforeAll(() => {
    // Without the variables of whoever runs the tests: the defaults are what is looked at.
    const { PATH = '', HOME = '' } = process.env
    const args = ['--file', join(root, 'docker-compose.yml'), 'config', '--format', 'json']
    const done = spawnSync(program!, args, { encoding: 'utf8', env: { PATH, HOME } })
    expect(done.stderr).toBe('')
    const config = JSON.parse(done.stdout) as { services: Record<string, Service>; volumes: object }
    services = new Map(Object.entries(config.services))
    volumes = Object.keys(config.volumes)
  })

  /** The services of which something does not hold. */
  const except = (holds: (service: Service, name: string) => boolean) =>
    [...services].filter(([name, service]) => !holds(service, name)).map(([name]) => name)

  test('has the gateway, its simulators, InfluxDB 2.7, Grafana, and what makes their secrets', () => {
    expect([...services.keys()].sort()).toEqual(['gateway', 'grafana', 'influxdb', 'secrets', 'simulators'])
    expect(services.get('influxdb')!.image).toBe('influxdb:2.7')
    const foreign = except((service) => service.build !== undefined).map((name) => services.get(name)!.image)
    for (const image of foreign) expect(image).toMatch(/:\d+\.\d+/)
  })

  test('every service says whether it is well, but the one that ends at once', () => {
    const imageHasCheck = dockerfile.stages.at(-1)!.steps.some(({ name }) => name === 'HEALTHCHECK')
    const isChecked = ({ healthcheck, build }: Service) =>
      healthcheck?.disable !== true && (healthcheck?.test !== undefined || (build !== undefined && imageHasCheck))
    expect(except(isChecked)).toEqual([ONE_SHOT])
    expect(services.get(ONE_SHOT)!.restart).toBe('no')
    expect(except(({ restart }) => restart === 'unless-stopped')).toEqual([ONE_SHOT])
  })

  test('no service is root, can become more than it is, or writes outside of its volumes', () => {
    expect(except(({ user }) => /^[1-9]\d*:[1-9]\d*$/.test(user ?? ''))).toEqual([])
    expect(except(({ cap_drop, cap_add }) => cap_drop?.[0] === 'ALL' && cap_add === undefined)).toEqual([])
    expect(except(({ security_opt }) => security_opt?.includes('no-new-privileges:true') === true)).toEqual([])
    expect(except(({ read_only, privileged }) => read_only === true && privileged !== true)).toEqual([])
  })

  test('no port is published beyond this machine, and who shares its network listens on loopback', () => {
    expect(except(({ ports }) => (ports ?? []).every(({ host_ip }) => host_ip === '127.0.0.1'))).toEqual([])
    // The gateway refuses any other address; the simulators listen nowhere.
    expect(except(({ network_mode }) => network_mode !== 'host').sort()).toEqual(['gateway', 'simulators'])
    expect(gatewayConfig().config).toMatchObject({
      auth: { required: false },
      http: { host: '127.0.0.1' },
      mqtt: { host: '127.0.0.1' },
    })
  })

  test('no secret stands anywhere: each is a file of the volume that the first start fills', () => {
    const made = /^names='(.*)'$/m.exec(readText('docker/secrets.sh'))![1]!.split(' ')
    const isSecret = (name: string) => /PASSWORD|TOKEN|SECRET|KEY/.test(name)
    const given = [...services.values()].flatMap(({ environment }) => Object.entries(environment ?? {}))
    const secrets = given.filter(([name]) => isSecret(name))
    expect(secrets.filter(([name]) => !name.endsWith('_FILE'))).toEqual([])
    const provisioned = [
      ...readText('dashboards/grafana/provisioning/datasources/influxdb.yaml').matchAll(/^ +password: (.*)$/gm),
    ]
    expect(provisioned).toHaveLength(1)
    const files = [
      ...secrets.map(([, file]) => file),
      /^\$__file\{(.*)\}$/.exec(provisioned[0]![1]!)![1]!,
      influxdbStore().token_file!,
    ]
    for (const file of files) expect(made.map((name) => `/secrets/${name}`)).toContain(file)
    expect(influxdbStore()).not.toHaveProperty('token')
  })

  test('what is kept is kept in named volumes, and what comes from this repository is there and read only', () => {
    for (const [name, { volumes: mounts = [] }] of services) {
      for (const { type, source, target, read_only } of mounts) {
        if (type === 'volume') expect(volumes, `${name} ${target}`).toContain(source)
        else {
          expect([type, read_only], `${name} ${target}`).toEqual(['bind', true])
          expect(existsSync(source!), `${name}: ${source}`).toBe(true)
        }
      }
      // Only what makes the secrets may write them.
      const secrets = mounts.find(({ target }) => target === '/secrets')
      if (secrets !== undefined && name !== ONE_SHOT) expect(secrets.read_only, name).toBe(true)
    }
  })

  test('each waits for what it cannot do without, and the gateway for no store', () => {
    const waits = Object.fromEntries(
      [...services].map(([name, { depends_on = {} }]) => [
        name,
        Object.entries(depends_on).map(([other, { condition }]) => `${other} ${condition}`),
      ]),
    )
    expect(waits).toEqual({
      secrets: [],
      gateway: ['secrets service_completed_successfully'],
      influxdb: ['secrets service_completed_successfully'],
      simulators: ['gateway service_healthy'],
      grafana: ['influxdb service_healthy'],
    })
  })

  test('stopping takes its time, and logs do not grow without end', () => {
    expect(except(({ stop_grace_period }) => stop_grace_period !== undefined)).toEqual([ONE_SHOT])
    expect(except(({ logging }) => logging?.options['max-size'] !== undefined)).toEqual([])
  })

  test('gateway, InfluxDB and Grafana mean the same server, organization and bucket', () => {
    const { environment = {}, ports = [] } = services.get('influxdb')!
    expect(influxdbStore()).toMatchObject({
      url: `http://127.0.0.1:${ports[0]!.published}`,
      org: environment.DOCKER_INFLUXDB_INIT_ORG,
      bucket: environment.DOCKER_INFLUXDB_INIT_BUCKET,
      token_file: environment.DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE,
    })
    const [source] = parse(readText('dashboards/grafana/provisioning/datasources/influxdb.yaml')).datasources
    expect(source.url).toBe(`http://influxdb:${ports[0]!.target}`)
    expect(source.jsonData.dbName).toBe(environment.DOCKER_INFLUXDB_INIT_BUCKET)
    expect(services.get('grafana')!.networks).toEqual(services.get('influxdb')!.networks)
  })

  // InfluxDB's image passes over a script that is not executable, and Grafana would be left without a user.
  test('what InfluxDB runs when it is set up can be run, and lets Grafana read and not write', () => {
    const script = join(root, 'docker/influxdb/grafana-reads.sh')
    expect(statSync(script).mode & 0o111).toBe(0o111)
    expect(spawnSync('sh', ['-n', script]).status).toBe(0)
    const text = readFileSync(script, 'utf8')
    expect(text).toContain('--read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID"')
    expect(text).not.toContain('write-bucket')
  })

  test('Grafana finds its dashboards where they are mounted, and opens the plant first', () => {
    const { environment = {}, volumes: mounts = [] } = services.get('grafana')!
    const [provider] = parse(readText('dashboards/grafana/provisioning/dashboards/greengauge.yaml')).providers
    const mount = mounts.find(({ target }) => target === provider.options.path)
    expect(mount?.source).toBe(join(root, 'dashboards/grafana/boards'))
    const home = environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH!
    expect(existsSync(home.replace(provider.options.path, mount!.source!))).toBe(true)
  })
})

test('the gateway of docker-compose.yml has the demo plants that have no past: docker/gateway and devices/demo are changed together', () => {
  const { plants } = parse(readText('devices/demo/greengauge.yaml')) as { plants: { id: string }[] }
  const inDocker = plants.filter(({ id }) => id !== 'kunshan-1')
  expect(inDocker).toHaveLength(plants.length - 1)
  expect(parse(readText('docker/gateway/greengauge.yaml')).plants).toEqual(inDocker)
})

function gatewayConfig(): LoadedConfig {
  const loaded = loadConfig({ file: join(root, 'docker/gateway/greengauge.yaml'), env: {}, flags: {} })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded
}

function influxdbStore() {
  const store = gatewayConfig().config.store.find((one) => one.type === 'influxdb2')
  if (store?.type !== 'influxdb2') throw new Error('docker/gateway/greengauge.yaml has no store influxdb2')
  return store
}
