// Package train fits a model to a pair of samples: full batch, with a width that is annealed, and
// the test statistic taken at a few checkpoints.
//
// [Config] holds what an experiment says about training. Its methods give the widths that the
// paper's rule derives from the data ([Config.Widths]), the schedule ([Config.Sigma],
// [Config.Scales]) and the [FitOptions] of an ensemble. A [Fitter] takes any model under any loss
// through one loop; births, Newton steps, the lead statistic, the trace and the fused engine are
// for ensembles only.
//
// A fit that becomes non-finite is not an error. It ends with a [FitStatus], so that a study can
// count such fits.
//
// The method is that of arXiv:2511.03095.
package train
