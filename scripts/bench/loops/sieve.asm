; The sieve of Eratosthenes over 64 Ki bytes, COUNT times; the number of primes ends in ebx.
%define numbers 0x10000
    mov ebp, COUNT
again:
    mov edi, data
    mov ecx, numbers / word_bytes
clear:
    mov dword [xdi], 0
    mov dword [xdi + word_bytes - 4], 0
    add xdi, word_bytes
    dec ecx
    jnz clear
    xor ebx, ebx
    mov esi, 2
candidate:
    cmp byte [data + xsi], 0
    jne composite
    inc ebx
    mov edi, esi
    imul edi, esi
    cmp esi, 256
    jae composite
strike:
    mov byte [data + xdi], 1
    add edi, esi
    cmp edi, numbers
    jb strike
composite:
    inc esi
    cmp esi, numbers
    jb candidate
    dec ebp
    jnz again
    hlt
