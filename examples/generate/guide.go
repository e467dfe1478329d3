package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
)

// The numbers of rows of the files of the guide to your own data.
const (
	ordersBefore, ordersAfter   = 1200, 600
	walletRows                  = 24 // of ordersAfter
	nightRows, nextNightRows    = 600, 200
	firstRunRows, secondRunRows = 800, 300
	resonanceRows               = 18 // of secondRunRows
)

// guideFiles returns the files of docs/guide/your-data.md by name.
func guideFiles() map[string][]byte {
	random := rand.New(rand.NewPCG(14, 10))
	files := map[string][]byte{"before.csv": orders(random, ordersBefore, 0),
		"after.csv": orders(random, ordersAfter, walletRows)}
	files["monday.npy"] = npy(nightly(random, nightRows, 0), 3)
	files["tuesday.npy"] = npy(nightly(random, nextNightRows, 0.35), 3)
	files["run1.npz"] = branches(random, firstRunRows, 0)
	files["run2.npz"] = branches(random, secondRunRows, resonanceRows)
	return files
}

// orders returns a table of n orders of a shop, of which some are paid by a new kind of payment.
func orders(random *rand.Rand, n, wallets int) []byte {
	b := bytes.NewBufferString("order_id,order_date,amount,items,payment,cost,region\n")
	id, month := 10000, 1
	if wallets > 0 { // after the release
		id, month = 60000, 4
	}
	isWallet := map[int]bool{}
	for _, i := range random.Perm(n)[:wallets] {
		isWallet[i] = true
	}
	for i := range n {
		payment := []string{"card", "card", "card", "transfer", "invoice"}[random.IntN(5)]
		if isWallet[i] {
			payment = "wallet"
		}
		amount := math.Exp(3 + 0.7*random.NormFloat64())
		cost := fmt.Sprintf("%.2f", amount*(0.4+0.3*random.Float64()))
		if random.IntN(33) == 0 {
			cost = ""
		}
		fmt.Fprintf(b, "%d,2024-%02d-%02d,%.2f,%d,%s,%s,%s\n", id+i, month+random.IntN(3),
			1+random.IntN(28), amount, 1+int(random.ExpFloat64()), payment, cost,
			[]string{"north", "south", "east", "west"}[random.IntN(4)])
	}
	return b.Bytes()
}

// nightly returns n rows of three correlated measurements of a machine, of which the last has
// shifted.
func nightly(random *rand.Rand, n int, shift float64) []float64 {
	var x []float64
	for range n {
		load := random.NormFloat64()
		x = append(x, load, 0.8*load+0.6*random.NormFloat64(), shift+random.NormFloat64())
	}
	return x
}

// branches returns an archive of the arrays pt, eta and phi of n events, of which some are near one
// place.
func branches(random *rand.Rand, n, resonance int) []byte {
	x := map[string][]float64{}
	for i := range n {
		pt, eta := 20+15*random.ExpFloat64(), 1.2*random.NormFloat64()
		phi := math.Pi * (2*random.Float64() - 1)
		if i < resonance {
			pt, eta = 62+2*random.NormFloat64(), 0.5+0.1*random.NormFloat64()
			phi = 1 + 0.2*random.NormFloat64()
		}
		x["pt"], x["eta"], x["phi"] = append(x["pt"], pt), append(x["eta"], eta),
			append(x["phi"], phi)
	}
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, name := range []string{"pt", "eta", "phi"} {
		w, err := archive.CreateHeader(&zip.FileHeader{Name: name + ".npy"})
		if err == nil {
			_, err = w.Write(npy(x[name], 1))
		}
		if err != nil {
			panic(err) // a buffer does not fail
		}
	}
	if err := archive.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// npy returns an .npy file of rows of float32 numbers: an array of one dimension if d is 1.
func npy(x []float64, d int) []byte {
	shape := fmt.Sprintf("(%d,)", len(x))
	if d > 1 {
		shape = fmt.Sprintf("(%d, %d)", len(x)/d, d)
	}
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape)
	for (len(header)+11)%64 != 0 {
		header += " "
	}
	header += "\n"
	b := []byte("\x93NUMPY\x01\x00")
	b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	b = append(b, header...)
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	return b
}
