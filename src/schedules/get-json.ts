import { ScheduleFault } from './port.ts'

const MOST_BYTES = 1024 * 1024

/**
 * Gets JSON, and follows no redirect: another place would be sent the credential, and asked who may approve.
 *
 * @throws {ScheduleFault} on anything but a 200 with JSON of at most 1 MiB
 */
export async function getJson(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const text = await textFrom(url, headers, signal).catch((error) => {
    throw error instanceof ScheduleFault
      ? error
      : new ScheduleFault(signal.aborted ? 'no answer in time' : 'unreachable')
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new ScheduleFault('answered something else than JSON')
  }
}

async function textFrom(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
  const answer = await fetch(url, { headers: { accept: 'application/json', ...headers }, redirect: 'manual', signal })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new ScheduleFault(`answered HTTP ${answer.status}`)
  }
  return read(answer)
}

/** Counts what comes out of the packing, too: a small answer may unpack to a huge one. */
async function read({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.byteLength
    if (bytes > MOST_BYTES) throw new ScheduleFault('answered more than 1 MiB')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
