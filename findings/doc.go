// Package findings says what a fit of SparKer's test found, kernel by kernel: where a kernel ended,
// how many rows it holds and how many are expected there, which rows these are, in which columns
// they differ from the reference, and, if the rows have labels, which class they belong to. The
// method is that of the section on the interpretation of kernels in arXiv:2511.03095.
//
// [Find] reads one fit at one scale. [MostTelling] and [FindExcess] choose the scale. The types are
// those of the file findings.json, which [Findings.Write] writes and [Read] reads; [WriteMembers]
// writes the rows of all kernels as a table.
//
// Significances in this package are local. A fit looks at the data to choose its places, and no
// number here is corrected for that. The calibrated p-value of the test says whether there is
// anything at all.
package findings
