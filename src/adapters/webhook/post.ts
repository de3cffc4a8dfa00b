import type { IncomingMessage } from 'node:http'
import { AdapterError } from '../contract.ts'
import { cutOff, failureOfConnection, failureOfStatus } from './errors.ts'
import { type Exchange, exchange } from './exchange.ts'
import { mostBytes, nonsense } from './message.ts'

/** Nothing to unpack, so that bounds hold. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'breakglass' }

/** Posts, and answers the bytes of a 2xx. @throws {AdapterError} on everything else */
export async function post(call: Exchange, signal: AbortSignal): Promise<Uint8Array> {
  if (signal.aborted) throw cutOff({ sent: false })
  try {
    const answer = await exchange({ ...call, headers: { ...call.headers, ...HEADERS } }, signal)
    return await bytesOf(answer, mostBytes(call.body))
  } catch (error) {
    if (error instanceof AdapterError) throw error
    throw signal.aborted ? cutOff({ sent: true }) : failureOfConnection(error)
  }
}

/** The bytes of a 2xx; any other answer is not read, and neither is the rest of one that is too long. */
function bytesOf(answer: IncomingMessage, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const hangUp = (why: AdapterError) => {
      reject(why)
      answer.destroy()
    }
    answer.on('error', reject)
    const status = answer.statusCode ?? 0
    if (status < 200 || status > 299) return hangUp(failureOfStatus(status))
    answer.once('end', () => resolve(Buffer.concat(chunks)))
    answer.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > most) hangUp(nonsense(`The target's answer is longer than ${most} bytes.`))
      else chunks.push(chunk)
    })
  })
}
