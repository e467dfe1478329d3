package analysis

import (
	"time"

	"sparker/results"
)

// RunStatus says how far a run is, as its folder tells. Toys that cells share are counted once.
type RunStatus struct {
	Name        string       `json:"name"`
	Toys        int          `json:"toys"`   // that the config asks for
	Done        int          `json:"done"`   // that are stored
	Failed      int          `json:"failed"` // stored toys whose fit failed
	Cells       []CellStatus `json:"cells"`
	Started     time.Time    `json:"started"`
	Finished    *time.Time   `json:"finished,omitempty"`
	MeanSeconds float64      `json:"mean_seconds"` // of the toys that are done
}

// CellStatus says how far a cell is. Toys that it shares with other cells are counted in each.
type CellStatus struct {
	Cell              int                 `json:"cell"` // from 1
	Arms              []results.ArmRecord `json:"settings,omitempty"`
	Null              int                 `json:"null"`
	NullWanted        int                 `json:"null_wanted"`
	Alternative       int                 `json:"alternative"`
	AlternativeWanted int                 `json:"alternative_wanted"`
	Failed            int                 `json:"failed"`
	Seconds           float64             `json:"seconds"` // mean time of a toy that is done
}

// Status returns how far the run was when it was opened. The run may belong to another process that
// is still at it.
func (v *Evaluation) Status() RunStatus {
	m := v.manifest
	status := RunStatus{Name: m.Name, Started: m.Started, Finished: m.Finished}
	wanted, done := map[results.ToyID]bool{}, map[results.ToyID]bool{}
	var total float64
	for _, c := range v.cells {
		for _, id := range c.wanted() {
			wanted[id] = true
		}
		for _, t := range c.toys {
			if done[t.ID()] {
				continue
			}
			done[t.ID()] = true
			total += t.Seconds
			if t.Status != results.StatusOK {
				status.Failed++
			}
		}
		status.Cells = append(status.Cells, c.status())
	}
	status.Toys, status.Done = len(wanted), len(done)
	if len(done) > 0 {
		status.MeanSeconds = total / float64(len(done))
	}
	return status
}

// wanted lists the toys that the config of a cell asks for.
func (c cell) wanted() []results.ToyID {
	var all []results.ToyID
	add := func(hypothesis string, signal float64, n int) {
		for index := range n {
			all = append(all, results.ToyID{Key: c.record.ToyKey(signal), Hypothesis: hypothesis,
				Signal: signal, Index: index})
		}
	}
	toys := c.experiment.Toys
	add(results.Null, 0, c.nullWanted())
	add(results.Observed, 0, c.experiment.ObservedSamples())
	for _, signal := range toys.Signal {
		add(results.Alternative, signal, toys.Alternative)
	}
	return all
}

func (c cell) status() CellStatus {
	toys := c.experiment.Toys
	s := CellStatus{Cell: c.number, Arms: c.record.Arms, NullWanted: c.nullWanted(),
		AlternativeWanted: toys.Alternative * len(toys.Signal)}
	for _, t := range c.toys {
		switch t.Hypothesis {
		case results.Null:
			s.Null++
		case results.Alternative:
			s.Alternative++
		}
		if t.Status != results.StatusOK {
			s.Failed++
		}
		s.Seconds += t.Seconds
	}
	if len(c.toys) > 0 {
		s.Seconds /= float64(len(c.toys))
	}
	return s
}
