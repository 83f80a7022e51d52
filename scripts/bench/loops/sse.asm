; Doubles: an integer becomes one, goes through a polynomial and a pair of sums in memory; a comparison at the end.
    mov ecx, COUNT
    mov xbx, data
    mov dword [xbx], 0
    mov dword [xbx + 4], 0x3fe00000 ; 0.5
    mov dword [xbx + 8], 0
    mov dword [xbx + 12], 0x3fd00000 ; 0.25
    mov dword [xbx + 16], 0x9999999a
    mov dword [xbx + 20], 0x3fb99999 ; 0.1
    xorpd xmm0, xmm0
    xorpd xmm3, xmm3
    movapd xmm4, [xbx]
next:
    cvtsi2sd xmm1, ecx
    mulsd xmm1, [xbx + 16]
    movapd xmm2, xmm1
    addsd xmm2, [xbx]
    mulsd xmm2, xmm1
    subsd xmm2, [xbx + 8]
    addsd xmm0, xmm2
    unpcklpd xmm1, xmm2
    mulpd xmm1, xmm4
    addpd xmm3, xmm1
    movsd [xbx + 32], xmm0
    ucomisd xmm0, [xbx + 24]
    dec ecx
    jnz next
    hlt
