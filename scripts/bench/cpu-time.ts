/** CPU time: what others do on the machine at the same time costs the clock, and costs this less. */

/** Milliseconds of CPU time that this process has used. */
export const cpuTimeMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Of one run. */
export const cpuTimeOf = async (run: () => unknown): Promise<number> => {
  const startMs = cpuTimeMs();
  await run();
  return cpuTimeMs() - startMs;
};
