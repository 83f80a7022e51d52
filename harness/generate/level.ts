/** How much of what there is: `quick` for a first look, `default` for every run, `full` for the night. */
export type Level = 'quick' | 'default' | 'full';
