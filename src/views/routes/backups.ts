import { z } from 'zod'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'

export interface BackupSources {
  /** Writes what the journal has brought so far to the archive, so that a backup rests on it. */
  prepareBackup(): Promise<void>
}

/** Route by which `greengauge backup` speaks to the gateway on whose data directory it works. */
export function backupRoutes(server: Server, sources: BackupSources): void {
  server.post(
    '/api/v1/backups',
    {
      config: { right: 'administer', act: 'backup_made' },
      preValidation: readJson,
      schema: {
        tags: ['gateway'],
        summary: 'Say that a backup is being made; answers when all that came before is in the files of the archive',
        body: z.strictObject({ folder: z.string().min(1).max(300).describe('where it is made') }),
        response: { 200: z.object({ folder: z.string() }), 400: problem, 403: problem, 503: problem },
      },
    },
    async (request) => {
      const { folder } = request.body
      request.subject = folder
      await sources.prepareBackup()
      return { folder }
    },
  )
}
