import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './gateway.js'
import { answers } from './mosquitto.js'
import { startServer, type TestServer } from './test-server.js'

/** Folder in which Debian puts the program; the command on the path starts it as a user of its own, who cannot write here. */
const RELEASES = '/usr/lib/rabbitmq/lib'

/** A RabbitMQ with its MQTT plugin alone, on loopback, with data and name service of its own. */
export async function startRabbitmq(): Promise<TestServer> {
  const [port, distributionPort, namesPort] = [await freePort(), await freePort(), await freePort()]
  const program = join(RELEASES, readdirSync(RELEASES)[0]!, 'sbin', 'rabbitmq-server')
  const env: NodeJS.ProcessEnv = {
    RABBITMQ_NODENAME: `greengauge-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    ERL_EPMD_PORT: String(namesPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  }
  const server = await startServer({
    parent: tmpdir(),
    url: `mqtt://127.0.0.1:${port}`,
    env,
    isUp: () => answers(port),
    command: (dir) => {
      const settings = ['listeners.tcp = none', `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`]
      const user = ['mqtt.allow_anonymous = true', 'anonymous_login_user = guest', 'anonymous_login_pass = guest']
      writeFileSync(join(dir, 'rabbitmq.conf'), [...settings, ...user, ''].join('\n'))
      writeFileSync(join(dir, 'plugins'), '[rabbitmq_mqtt].\n')
      const places = { HOME: dir, RABBITMQ_MNESIA_BASE: join(dir, 'data'), RABBITMQ_LOG_BASE: join(dir, 'log') }
      const files = {
        RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'plugins'),
        RABBITMQ_PID_FILE: join(dir, 'pid'),
      }
      Object.assign(env, places, files)
      return [program]
    },
  })
  return {
    ...server,
    remove: async () => {
      await server.kill('SIGTERM')
      await server.remove()
      // The name service is a daemon, started beside it.
      execFileSync('epmd', ['-port', String(namesPort), '-kill'], { stdio: 'ignore' })
    },
  }
}
