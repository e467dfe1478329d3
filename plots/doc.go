// Package plots turns the records of a run into figures: records in, drawings out. It computes no
// statistic; p-values, powers and intervals come from the records as they are, and so do the
// warnings in the captions.
//
// Of one experiment, or of one fit:
//
//	PowerCurve          power against the expected signal, with its interval, the oracle and the size
//	NullDistributions   t (and lead) under the null and under the strongest alternative, one panel per scale
//	Trajectory1D        kernels against epoch, beside the data
//	Trajectory2D        kernels' paths over the data, in two chosen coordinates
//	History             loss, t and sigma against epoch
//	LogRatio1D          the learned log-ratio beside the true one
//	Dynamics            the gate's entropy, the smallest centroid distance and the forces against epoch
//
// Of an ablation or a sweep, over its cells:
//
//	PowerArms           the power curves of the arms of one comparison
//	Panels              those of a whole comparison, one panel per group
//	Ablation            differences in power from the baseline, with their intervals
//	PowerAgainst        power against a swept number, one line per strength
//	KernelsFound        bumps found, and crowded kernels, against a swept number
//	HeatMap             power over two swept axes
//
// Of methods that compete, over a comparison with its regret:
//
//	PowerDots           the powers at one N_S, a panel for each group
//	RegretMap           what each method lacks to the best of each group
//	PowerCost           mean power against the time of a toy
//
// Each returns a Figure, or an error where a record is empty, misshapen, or holds a number that
// cannot be drawn. Write renders one Figure as PNG and SVG; CellFigures renders all that the
// records of one experiment of a run allow, SweepFigures all that concern several. Equal records
// give equal bytes.
//
// Colors are those of Okabe and Ito (Color Universal Design, 2008), which remain distinct under
// the common forms of color blindness; curves that are compared differ in dashes or markers as
// well, and a heat map darkens with the power. Text is set in Liberation Sans, which comes with
// gonum/plot.
package plots
