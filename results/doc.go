// Package results holds the records of a run, and their store on disk.
//
// A run folder is made of plain files:
//
//	manifest.json   what is run: config, seed, versions, cells with their widths and scales
//	config.yaml     the resolved config, which runs again as it is
//	toys/*.jsonl    one line per toy, appended; one file per process that shares the run
//	fits/*.json     the full history of the fits that the config asks to record
//	summary.json    p-values, power, type-I error and warnings of every cell
//	results.csv     the power: a row for each cell and signal strength
//	scales.csv      the scales: a row for each cell, signal strength and scale
//	toys.csv        the alternative toys: a row for each cell and toy
//	timings.csv     the times of toys: a row for each cell
//	findings.json   what the fit of an observed sample found, and
//	members.csv     the data rows that its kernels hold; several cells: findings/cell-N-LABEL/
//	rows.json       the data rows that stand out, if they are to be listed, and
//	rows.csv        the same as a table; several cells: findings/cell-N-LABEL/
//	figures/        the figures; those of the cells of a sweep in figures/cell-N/
//	report.md       the report on the test of an observed sample
//	report.html     the report on the run, as one page that loads nothing
//	replay/         toys that were fitted again, each with fit.json and figures in its own folder
//
// A [Store] reads and writes them. No other package spells these names: methods of the store, and
// methods of its records return them.
//
// Records hold numbers that were computed elsewhere. A number that does not exist, such as the
// statistic of a fit that failed, is left out or null, never NaN.
package results
