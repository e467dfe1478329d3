package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sparker/configs"
	"sparker/data/tables"
	"sparker/internal/rng"
)

// A study is a table that is made of one of the real files.
type study struct {
	name   string
	folder string // of the file
	label  string // of the rows that are taken
	header string
	files  configs.TestFiles // how the table is read
	// cells returns the cells of a row. What they make up is drawn from the stream.
	cells func(x []float64, r *rand.Rand) []string
}

// studies are the tables.
//
//   - network: connections of NSL-KDD with the protocol and the flag of the connection as words,
//     of which most flags are rare, and rates with two decimals, so that rows repeat.
//   - telescope: images of MAGIC, of which larger ones miss an asymmetry more often. 40 rows of the
//     reference are added to the data and left out again.
//   - muons: momenta of CMS with one decimal, angles with two, and the region of the detector of
//     each muon as a word.
//   - collider: HIGGS with the tags of two jets, which have three values, as words, and a mass that
//     one row in ten misses.
//   - gravity: LIGO windows with one of forty made-up words of Zipf's law, most of which are rare,
//     and one that a row in ten misses. 40 rows of the reference are added and left out again.
var studies = []study{
	{
		name: "network", folder: "nsl_kdd", label: "0",
		header: "duration,src_bytes,dst_bytes,count,same_srv_rate,host_count,protocol,flag",
		cells: func(x []float64, _ *rand.Rand) []string {
			return append(numbers(x, 3, 0, 1, 2, 19, 25, 28),
				hot(x[38:41], "icmp", "tcp", "udp"), hot(x[41:52], "OTH", "REJ", "RSTO", "RSTOS0",
					"RSTR", "S0", "S1", "S2", "S3", "SF", "SH"))
		},
	},
	{
		name: "telescope", folder: "magic_gamma", label: "0",
		header: "length,width,size,conc,conc1,asym,long,trans,alpha,dist",
		files:  configs.TestFiles{Missing: "indicator", Shared: "drop"},
		cells: func(x []float64, r *rand.Rand) []string {
			cells := numbers(x, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
			if r.Float64() < 0.1*x[2]-0.15 {
				cells[5] = ""
			}
			return cells
		},
	},
	{
		name: "muons", folder: "dimuon_cms", label: "1",
		header: "pt1,pt2,eta1,eta2,dphi,region1,region2",
		cells: func(x []float64, _ *rand.Rand) []string {
			return append(append(numbers(x, 1, 0, 1), numbers(x, 2, 2, 3, 4)...), region(x[2]),
				region(x[3]))
		},
	},
	{
		name: "collider", folder: "higgs_uci", label: "0",
		header: "lepton_pt,lepton_eta,missing_energy,jet_pt,jet_eta,m_jj,m_jlv,m_bb,tag1,tag2",
		files:  configs.TestFiles{Missing: "indicator"},
		cells: func(x []float64, r *rand.Rand) []string {
			cells := numbers(x, -1, 0, 1, 3, 5, 6, 21, 24, 25)
			if r.IntN(10) == 0 {
				cells[5] = ""
			}
			return append(cells, fmt.Sprintf("b%.2g", x[8]), fmt.Sprintf("b%.2g", x[12]))
		},
	},
	{
		name: "gravity", folder: "gw_ligo_windows", label: "0",
		header: "s0,s4,s8,s12,s16,s20,s24,s28,site",
		files:  configs.TestFiles{Missing: "indicator", Shared: "drop"},
		cells: func(x []float64, r *rand.Rand) []string {
			site := "w" + strconv.Itoa(int(min(40, math.Exp(r.Float64()*math.Log(41)))))
			if r.IntN(10) == 0 {
				site = ""
			}
			return append(numbers(x, -1, 0, 4, 8, 12, 16, 20, 24, 28), site)
		},
	},
}

// numbers writes some columns with a number of decimals, or with all of them if it is negative.
func numbers(x []float64, decimals int, columns ...int) []string {
	var cells []string
	for _, j := range columns {
		cells = append(cells, strconv.FormatFloat(x[j], 'f', decimals, 64))
	}
	return cells
}

// hot returns the word of the indicator that is 1.
func hot(x []float64, words ...string) string {
	for j, v := range x {
		if v == 1 {
			return words[j]
		}
	}
	return ""
}

// region returns the part of the detector at a pseudorapidity.
func region(eta float64) string {
	switch eta = math.Abs(eta); {
	case eta < 0.9:
		return "barrel"
	case eta < 1.2:
		return "overlap"
	default:
		return "endcap"
	}
}

// rows returns the lines of the table of a study.
func (s study) rows(folder string) ([]string, error) {
	file := filepath.Join(folder, s.folder, "X.npy")
	if _, err := os.Stat(file); err != nil {
		file += ".gz"
	}
	t, err := tables.Read(file, tables.ReadOptions{})
	if err != nil {
		return nil, err
	}
	labels, err := tables.ReadLabels(filepath.Join(folder, s.folder, "y.npy"), tables.Dialect{})
	if err != nil {
		return nil, err
	}
	r := rng.New(1, "made-up cells of "+s.name)
	var rows []string
	for i, label := range labels {
		if label == s.label {
			rows = append(rows, strings.Join(s.cells(t.Row(i, nil), r), ","))
		}
	}
	return rows, nil
}
