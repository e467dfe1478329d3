package results

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// FitSchema is the version of the records of fits.
const FitSchema = "sparker/fit/1"

// FitRecord is one fit in full. Centroids are in the data's own units.
type FitRecord struct {
	Schema     string             `json:"schema"`
	Statistics []CheckpointRecord `json:"statistics"`
	// Lead holds the lead statistic at the same scales, if the test takes it.
	Lead          []CheckpointRecord `json:"lead,omitempty"`
	Centroids     [][]float64        `json:"centroids"`    // M rows of d
	Coefficients  []float64          `json:"coefficients"` // M
	Status        string             `json:"status"`
	Reason        string             `json:"reason,omitempty"`
	ClampedEpochs int                `json:"clamped_epochs"`
	Warnings      []string           `json:"warnings,omitempty"`

	Hypothesis string   `json:"hypothesis,omitempty"`
	Signal     float64  `json:"signal"` // N_S
	Index      int      `json:"index"`
	Injected   int      `json:"injected"`
	Weight     float64  `json:"weight"` // w of each reference row
	Columns    []Column `json:"columns,omitempty"`
	// LengthUnit is what one unit of sigma means: the data's own units, or standard deviations.
	LengthUnit string `json:"length_unit,omitempty"`
	// Scale is the length of one unit of sigma along each column, in the data's own units. It is
	// absent if all are 1, and 0 for a column that is left out of the distance.
	Scale []float64 `json:"scale,omitempty"`

	Key   string `json:"cell,omitempty"` // that of the toy
	Trace *Trace `json:"trace,omitempty"`
	// Data and Reference are rows to draw under the trajectories: all of them, or evenly spaced
	// ones if there are many.
	Data      [][]float64 `json:"data,omitempty"`
	Reference [][]float64 `json:"reference,omitempty"`
	Profile   *Profile    `json:"profile,omitempty"` // in one dimension only
}

// ID returns the name of the fit's toy within its run.
func (f FitRecord) ID() ToyID { return ToyID{f.Key, f.Hypothesis, f.Signal, f.Index} }

// CheckpointRecord is a statistic at one scale.
type CheckpointRecord struct {
	Epoch int     `json:"epoch"` // from 1
	Sigma float64 `json:"sigma"`
	T     float64 `json:"t"`
}

// Trace is the history of a fit. Every slice has one entry per recorded epoch. Long fits of many
// kernels keep evenly spaced epochs, those of checkpoints and births, and the last; others keep
// all. Entries hold after the epoch's step, except those that say otherwise.
type Trace struct {
	Epoch   []int     `json:"epoch"` // from 1
	Sigma   []float64 `json:"sigma"`
	Loss    []float64 `json:"loss"`    // without the penalty, before the step
	Penalty []float64 `json:"penalty"` // lambda·Σ a², before the step
	T       []float64 `json:"t"`
	// Centroids are indexed by epoch, kernel and coordinate, in the data's own units.
	Centroids    [][][]float64 `json:"centroids"`
	Coefficients [][]float64   `json:"coefficients"` // epoch, kernel
	// DataForce and ReferenceForce are the two parts of -dL/dmu before the step. They are indexed
	// by epoch, kernel and coordinate.
	DataForce      [][][]float64 `json:"data_force"`
	ReferenceForce [][][]float64 `json:"reference_force"`
	// GateEntropy is the entropy of the gate in nats, averaged over the data; 0 without a gate.
	GateEntropy []float64 `json:"gate_entropy"`
	// MinDistance is the smallest distance between two centroids in units of sigma; 0 for a single
	// kernel.
	MinDistance []float64 `json:"min_distance"`
	// DataInSphere and ReferenceInSphere count the rows in the sphere of influence of each kernel,
	// |x - mu| <= sigma, by epoch and kernel. Data rows count by their weights, which are 1 without
	// any, and reference rows by w times theirs. With nuisance parameters, the reference is that of
	// the null hypothesis, fitted to the data.
	DataInSphere      [][]float64 `json:"data_in_sphere,omitempty"`
	ReferenceInSphere [][]float64 `json:"reference_in_sphere,omitempty"`
	// DataShare and ReferenceShare are the sums of phi, the weight of a row in the log-ratio, over
	// the data, and w times those over the reference, by epoch and kernel. Rows count as in the
	// spheres.
	DataShare      [][]float64 `json:"data_share,omitempty"`
	ReferenceShare [][]float64 `json:"reference_share,omitempty"`
	// Born lists the births of kernels. The path of a kernel has a break at its birth.
	Born []Birth `json:"born,omitempty"`
}

// Birth is the epoch at whose beginning a kernel started again at another place.
type Birth struct {
	Epoch  int `json:"epoch"`  // from 1
	Kernel int `json:"kernel"` // from 0
}

// Profile compares the learned with the true log-ratio on a grid, in one dimension.
type Profile struct {
	X     []float64 `json:"x"`
	Truth []float64 `json:"truth,omitempty"` // log(n_alt/n_0); absent if it is not known
	// Learned holds one curve per checkpoint, in the order of FitRecord.Statistics.
	Learned [][]float64 `json:"learnt"`
}

// WriteFit stores the fit of one toy as fits/KEY-HYPOTHESIS-N_S-INDEX.json and replaces an earlier
// one. It is an error if the record does not name a toy, or holds a number that is not finite.
func (s *Store) WriteFit(f FitRecord) error {
	if f.Key == "" || !isHypothesis(f.Hypothesis) || !finite(f.Signal) || f.Index < 0 {
		return fmt.Errorf(
			"results: refusing a fit that names no toy (key %q, hypothesis %q, signal "+
				"%v, index %d)", f.Key, f.Hypothesis, f.Signal, f.Index)
	}
	f.Schema = FitSchema
	return WriteRecord(s.fitFile(f.ID()), f)
}

// fitFile returns the path of the fit of a toy.
func (s *Store) fitFile(toy ToyID) string {
	return filepath.Join(s.dir, fitsFolder, toy.Key+"-"+toy.FileName()+fitEnding)
}

// HasFit reports whether the fit of a toy is stored, and is not damaged.
func (s *Store) HasFit(toy ToyID) bool {
	_, err := readFit(s.fitFile(toy))
	return err == nil
}

// Fits returns the stored fits, sorted by key, hypothesis (null first), signal strength and index.
// A fit that is damaged is left out. The error joins a [DamageError] for each of these, and comes
// with the fits that can be read.
func (s *Store) Fits() ([]FitRecord, error) {
	paths, err := s.list(fitsFolder, fitEnding)
	if err != nil {
		return nil, err
	}
	fits := []FitRecord{}
	var damaged []error
	for _, path := range paths {
		f, err := readFit(path)
		if err != nil {
			damaged = append(damaged, err)
			continue
		}
		fits = append(fits, f)
	}
	slices.SortFunc(fits, func(a, b FitRecord) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), compareHypotheses(a.Hypothesis, b.Hypothesis),
			cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Index, b.Index))
	})
	return fits, errors.Join(damaged...)
}

// readFit reads the record of a fit in the folder of the fits.
func readFit(path string) (FitRecord, error) {
	text, err := readRegular(path)
	if err != nil {
		return FitRecord{}, fmt.Errorf("results: %w", err)
	}
	f, err := parseFit(filepath.Base(path), text)
	if err != nil {
		return FitRecord{}, &DamageError{Path: path, Err: err}
	}
	return f, nil
}

// parseFit decodes the record of a fit, from a file of the given name.
func parseFit(name string, text []byte) (FitRecord, error) {
	var f FitRecord
	if err := decode(text, &f); err != nil {
		return FitRecord{}, err
	}
	if f.Schema != FitSchema {
		return FitRecord{}, fmt.Errorf("its schema is %q, not %q", f.Schema, FitSchema)
	}
	if own := f.Key + "-" + f.ID().FileName() + fitEnding; own != name {
		return FitRecord{}, fmt.Errorf("it is the fit of another toy, %s", own)
	}
	return f, f.checkShape()
}

// checkShape returns an error if lists that belong together differ in length.
func (f FitRecord) checkShape() error {
	if len(f.Coefficients) != len(f.Centroids) {
		return fmt.Errorf("it has %d coefficients for %d centroids", len(f.Coefficients),
			len(f.Centroids))
	}
	d := 0
	for _, rows := range [][][]float64{f.Centroids, f.Data, f.Reference} {
		for _, row := range rows {
			if d == 0 {
				d = len(row)
			}
			if len(row) != d {
				return fmt.Errorf("it has points of %d and of %d coordinates", d, len(row))
			}
		}
	}
	if p := f.Profile; p != nil {
		for _, curve := range append([][]float64{p.Truth}, p.Learned...) {
			if len(curve) != 0 && len(curve) != len(p.X) {
				return fmt.Errorf("its profile has %d points for %d places", len(curve), len(p.X))
			}
		}
	}
	if f.Trace == nil {
		return nil
	}
	return f.Trace.checkShape(d)
}

// checkShape returns an error if the lists of a trace in d dimensions, as far as they are there, do
// not have an entry for each epoch.
func (t Trace) checkShape(d int) error {
	epochs := len(t.Epoch)
	for _, n := range []int{len(t.Sigma), len(t.Loss), len(t.Penalty), len(t.T), len(t.Centroids),
		len(t.Coefficients), len(t.DataForce), len(t.ReferenceForce), len(t.GateEntropy),
		len(t.MinDistance), len(t.DataInSphere), len(t.ReferenceInSphere), len(t.DataShare),
		len(t.ReferenceShare)} {
		if n != 0 && n != epochs {
			return fmt.Errorf("its trace has %d entries for %d epochs", n, epochs)
		}
	}
	kernels := -1
	for _, list := range [][][][]float64{t.Centroids, t.DataForce, t.ReferenceForce} {
		for _, points := range list {
			if kernels < 0 {
				kernels = len(points)
			}
			if len(points) != kernels || slices.ContainsFunc(points,
				func(x []float64) bool { return len(x) != d }) {
				return errors.New("its trace has points of different numbers or dimensions")
			}
		}
	}
	for _, a := range t.Coefficients {
		if kernels >= 0 && len(a) != kernels {
			return fmt.Errorf("its trace has %d coefficients for %d kernels", len(a), kernels)
		}
	}
	for _, list := range [][][]float64{t.DataInSphere, t.ReferenceInSphere, t.DataShare,
		t.ReferenceShare} {
		for _, counts := range list {
			if kernels < 0 {
				kernels = len(counts)
			}
			if len(counts) != kernels {
				return fmt.Errorf("its trace has counts of %d kernels for %d kernels", len(counts),
					kernels)
			}
		}
	}
	return nil
}
