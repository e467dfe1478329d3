// Package experiments runs experiments: it draws toys, tests them, and stores the results.
//
// [Run] tests every toy of a sweep that its run folder lacks, with several workers. Machines that
// share a run each test a shard of its toys. A run that was stopped is continued. [Plan] says what
// a run would do, and how long that takes. [Replay] fits one toy again, with its history, and
// [FitFiles] fits two given samples. What the stored toys say is the business of package analysis.
//
// Every toy has its own random streams. They depend on the seed, the hypothesis, the signal
// strength and the index of the toy alone. A result therefore does not depend on the number of
// workers, on the order of the toys or on interruptions, and configs that differ in the model, the
// loss or the training test the same samples.
package experiments
