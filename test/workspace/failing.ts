/** The error that Slack answered to a call of its client, or `ok`. */
export async function failing(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call
    return 'ok'
  } catch (error) {
    return (error as { data?: { error?: string } }).data?.error ?? String(error)
  }
}
