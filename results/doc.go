// Package results holds the records of a run, and their store on disk.
//
// A run directory is made of plain files:
//
//	manifest.json   what was run: resolved config, seed, versions, widths, start and end
//	config.yaml     the resolved config: runs again as it is
//	toys/*.jsonl    append-only, one line per toy, one file per shard
//	fits/*.json     trajectories of the toys that the config asks to record
//	findings/       what the fits of an observed sample found: findings.json and members.csv in a
//	                folder per cell; those of a single cell are in the folder of the run
//	summary.json    p, Z, power, type-I error and warnings, with CSV tables beside it
//	figures/        what `sparker plot` drew
//
// Records hold numbers that were computed elsewhere; nothing here computes a statistic. A number
// that does not exist (a failed fit's t, a bound that is not known) is left out or null, never NaN.
package results
