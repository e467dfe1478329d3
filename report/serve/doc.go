// Package serve shows the reports of runs in a browser: a list of runs, the report of each, and the
// comparison of two. It only reads. What it sends are pages that are made from the records of a
// run, and the tables that package results names; no other file of a folder can be asked for.
//
// A [Site] answers GET and HEAD requests for its own names alone, so that the page of a stranger
// can neither read it through a name that it redirects (DNS rebinding) nor frame it.
package serve
