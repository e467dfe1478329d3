// Package analysis turns the stored toys of a run into answers: p-values, power, comparisons and
// regret. It runs nothing: no toy is drawn, and no fit is made.
//
// [Open] reads a run folder once. The [Evaluation] that it returns answers any number of questions:
// what the run achieved ([Evaluation.Summary]), how far it is ([Evaluation.Status]), which arm of a
// sweep has more power ([Evaluation.Compare]), and, with [Regret], which one leads everywhere.
// Each config is parsed once, each cell is calibrated once, and each oracle is computed once.
package analysis
