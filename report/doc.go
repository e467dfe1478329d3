// Package report writes the report of a run: one HTML page that is a single file, opens without a
// network, and loads nothing. Records go in, a page comes out; no statistic is computed.
//
// Texts of others, such as the names of columns and labels of rows, are escaped by html/template.
// The policy of the page allows the scripts and the styles of this package alone, by their hashes,
// and images that are in the page.
package report
