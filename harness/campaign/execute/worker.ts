/** A worker thread of a campaign of executions. */
import { work } from '../work.ts';
import { executing } from './crew.ts';

await work(executing);
